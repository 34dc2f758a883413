"""JSON that can stand inside a ``<script>`` of an HTML page, whatever strings it holds."""

from __future__ import annotations

from segment_web.pipeline.sanitise import Encoder

# With these escaped nothing in it ends the script (``</script>``, ``<!--``), reads as an entity in XHTML, or ends a
# line of JavaScript before 2019. Quotes need nothing: a script's text is no attribute.
ESCAPED = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}

_UTC = Encoder()


def script_json(value: object, encoder: Encoder = _UTC) -> str:
    """Any object as JSON that is a JavaScript expression too; what has no JSON form becomes a marker, as in calls.

    ``encoder`` knows the zone of naive datetimes (default: UTC). Never raises.
    """
    return encoder.encode(value).body.decode().translate(ESCAPED)
