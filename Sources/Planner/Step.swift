import Diagnostics
import KafkaModel

/// One thing to do, with everything the applier needs to do it and to refuse it.
package struct Step: Hashable, Sendable, Codable {
    /// What kind of change it is; its raw value is the symbol in reports.
    package enum Action: String, Sendable, Codable, CaseIterable {
        /// Something new.
        case create = "+"
        /// A change that can be undone.
        case change = "~"
        /// Data is destroyed.
        case delete = "-"
        /// One-way: a promotion or a failover.
        case irreversible = "!"
    }

    /// A second yes that a step needs; its raw value is the flag of `apply`.
    package enum Consent: String, Sendable, Codable, CaseIterable {
        /// For promotions and failovers.
        case allowIrreversible = "--allow-irreversible"
        /// For deletions.
        case allowDelete = "--allow-delete"
    }

    /// Its number in execution order, from 1.
    package var number: Int
    /// What kind of change it is.
    package var action: Action
    /// What it acts on.
    package var object: PlannedObject
    /// Name of the link; nil for what belongs to a whole cluster.
    package var link: String?
    /// Name of the source cluster; nil for what belongs to a whole cluster.
    package var source: String?
    /// Name of the destination cluster, where the step writes.
    package var destination: String
    /// Where the manifests ask for it; nil when no single line does.
    package var place: SourcePlace?
    /// What follows the object in reports, such as `ACTIVE -> PAUSED`; nil when the symbol says it all.
    package var headline: String?
    /// What to do.
    package var operation: Operation
    /// Facts for people, in order.
    package var details: [Detail]
    /// What must still hold right before the step is done.
    package var preconditions: [Precondition]
    /// Numbers of the steps that must have succeeded before.
    package var after: [Int]
    /// The second yes that this step needs.
    package var needs: Consent?
}

/// A line of facts: what it is, and its value.
package struct Detail: Hashable, Sendable, Codable {
    /// What the value is.
    package var label: String
    /// The value, in words or as Kafka writes it.
    package var value: String

    /// A line of facts.
    package init(_ label: String, _ value: String) {
        self.label = label
        self.value = value
    }
}

/// What a step or a blocked change is about.
package struct PlannedObject: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The kinds of objects; the raw value is the type in the JSON plan.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// The `__lockstep` topic of a destination.
        case store
        /// A link.
        case link = "cluster_link"
        /// A mirror topic.
        case mirrorTopic = "mirror_topic"
        /// The workers of a link.
        case workers = "worker_group"
    }

    /// What kind of object it is.
    package var kind: Kind
    /// Its name: of the cluster for a store, of the link for workers.
    package var name: String

    /// An object of a kind and a name.
    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// As reports name it, such as `mirror topic paris.orders.v1`.
    package var description: String {
        switch kind {
        case .store: "state topic __lockstep on \(name)"
        case .link: "link \(name)"
        case .mirrorTopic: "mirror topic \(name)"
        case .workers: "workers \(name)"
        }
    }
}
