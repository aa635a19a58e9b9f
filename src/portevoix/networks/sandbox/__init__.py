"""The sandbox: a whole social network inside the product, for training, the demonstration and the tests.

`client` is what the network offers to one account, `backstage` what its directors do, `connector` our door.
`crowd`, `reactions` and `chance` simulate its people; `store` keeps what was really done. It knows no model.
"""
