/// What Lockstep keeps on a destination, by name (design: product.md §4).
package enum StateTopic {
    /// The topic that holds links, mirrors and what workers report.
    package static let name = "__lockstep"
    /// The transactional id of whoever applies: fixed, so that two applies on one cluster always meet.
    package static let transactionalId = "lockstep"
}
