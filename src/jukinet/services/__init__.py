"""The acts of the network, one function each: one transaction, one audit entry (or one a person).

Services know the law's decisions and the store's named queries; they know peers, clocks, randomness and
signers only as the protocols in ``jukinet.services.context``.
"""
