import KafkaModel

/// What would change, in the order it would be done, and why the rest would not.
///
/// A plan is a value: it holds no secret, it can be saved, and the same input always gives the same plan.
package struct Plan: Hashable, Sendable, Codable {
    /// Version of the saved form.
    package static let currentFormat = 1

    /// Version of the form this plan was saved in.
    package var format: Int = Plan.currentFormat
    /// `sha256:` and the digest of everything in the plan except this id and the read time.
    package var planId: String
    /// SHA-256 of the manifests the plan came from, in hexadecimal.
    package var manifestsDigest: String
    /// Number of manifest files.
    package var fileCount: Int
    /// `sha256:` and the digest of the live state the plan came from, without read time and lag.
    package var fingerprint: String
    /// When the live state was read, in milliseconds since 1970.
    package var readAtMs: Int64
    /// The declared clusters, by name.
    package var clusters: [PlannedCluster]
    /// Number of declared links.
    package var linkCount: Int
    /// What would be done, numbered from 1 in execution order; one-way steps and deletions come last.
    package var steps: [Step]
    /// What is declared but will not be done, with the reason and how to go on.
    package var blocked: [BlockedChange]
    /// What a person should know although nothing has to be done here.
    package var notes: [Note]
    /// Why the plan may lack something, as sentences; empty when everything could be read.
    package var incomplete: [String]
    /// Number of links and mirror topics that were compared and match.
    package var unchanged: Int
    /// Mirror topics that exist but are in no file and no filter any more.
    package var undeclared: [UndeclaredMirror]

    /// A plan of its parts, not sealed yet.
    init(desired: DesiredState, readAtMs: Int64, fingerprint: String, clusters: [PlannedCluster]) {
        planId = ""
        manifestsDigest = desired.digest
        fileCount = desired.fileCount
        self.fingerprint = fingerprint
        self.readAtMs = readAtMs
        self.clusters = clusters
        linkCount = desired.links.count
        steps = []
        blocked = []
        notes = []
        incomplete = []
        unchanged = 0
        undeclared = []
    }

    /// A sentence about one link that leads to no step.
    package struct Note: Hashable, Sendable, Codable {
        /// Name of the link; nil when it concerns no single link.
        package var link: String?
        /// One sentence for people.
        package var text: String
        /// The mirror topic that a filter asks for and that is left out; nil when the note is about something else.
        package var skipped: String?
        /// Cluster Linking's code for the reason, such as `TOPIC_EXISTS_ERROR`; nil when nothing is left out.
        package var code: String?
    }

    /// A mirror topic whose entry left the files.
    package struct UndeclaredMirror: Hashable, Sendable, Codable {
        /// Name of its link.
        package var link: String
        /// Its name on the destination.
        package var topic: String
    }
}

extension Plan {
    /// Whether there is a step to do.
    package var hasChanges: Bool { !steps.isEmpty }

    /// Whether something declared will not be done.
    package var isBlocked: Bool { !blocked.isEmpty }

    /// Whether something could not be read, so that the plan may lack steps.
    package var isIncomplete: Bool { !incomplete.isEmpty }

    /// Whether a step needs `--allow-irreversible`.
    package var needsIrreversible: Bool { steps.contains { $0.needs == .allowIrreversible } }

    /// Whether a step needs `--allow-delete`.
    package var needsDelete: Bool { steps.contains { $0.needs == .allowDelete } }

    /// The numbers of the summary line.
    package var counts: StepCounts { StepCounts(steps) }
}

/// How many steps there are of each kind.
package struct StepCounts: Hashable, Sendable, Codable {
    /// Steps that create.
    package var create = 0
    /// Steps that change, the irreversible ones included.
    package var change = 0
    /// Steps that delete.
    package var delete = 0
    /// Those of `change` that cannot be undone.
    package var irreversible = 0

    /// Counts given as numbers.
    package init(create: Int = 0, change: Int = 0, delete: Int = 0, irreversible: Int = 0) {
        self.create = create
        self.change = change
        self.delete = delete
        self.irreversible = irreversible
    }

    /// Counts `steps`.
    package init(_ steps: some Sequence<Step>) {
        for step in steps {
            switch step.action {
            case .create: create += 1
            case .change: change += 1
            case .delete: delete += 1
            case .irreversible:
                change += 1
                irreversible += 1
            }
        }
    }
}
