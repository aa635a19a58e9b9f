"""Manual: the door to any network that offers no usable API. Nothing leaves through it by itself.

A person posts the prepared text and pastes the link back; figures come by form or file.
"""
