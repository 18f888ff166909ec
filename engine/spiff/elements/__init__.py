"""The BPMN elements, one file each: what a token does there (and what the element reads from its diagram node)."""
