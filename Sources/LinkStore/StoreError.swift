import Bytes
import KafkaClient
import KafkaModel
import KafkaProtocol

/// Why the state in `__lockstep` could not be read or written.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: Sendable {
        /// The cluster did not do what was asked.
        case client(ClientError)
        /// The cluster does not say whether the topic exists; its words.
        case unreadable(String)
        /// A topic of the name is not fit for it; why.
        case unsuitable(String)
        /// A record was written by a newer Lockstep.
        case newerSchema(key: String, schema: Int)
        /// A record is not in Lockstep's form; why.
        case damaged(key: String, String)
        /// A batch at an offset could not be read.
        case damagedBatch(offset: Int64, WireError)
        /// The log does not bring what lies below its end.
        case stuck(offset: Int64, end: Int64)
        /// Another apply is at work, and for how much longer its lock holds without a sign of life.
        case locked(holder: String, remainingMs: Int64)
        /// Another apply has taken over.
        case fenced(holder: String?)
        /// Another apply has changed what this one was planned on; what, as a clause.
        case overtaken(String)
        /// Several applies kept interrupting each other.
        case contended(attempts: Int)
    }

    /// What went wrong.
    package let code: Code
    /// Name of the cluster in the manifests.
    package let cluster: String

    /// A failure on `cluster`.
    package init(_ code: Code, cluster: String) {
        self.code = code
        self.cluster = cluster
    }

    /// Whether another apply is the reason; exit code 5.
    package var isLockLost: Bool {
        switch code {
        case .locked, .fenced, .overtaken, .contended: true
        case .client, .unreadable, .unsuitable, .newerSchema, .damaged, .damagedBatch, .stuck: false
        }
    }

    /// Whether trying again may help.
    package var isRetriable: Bool {
        switch code {
        case .client(let error): error.isRetriable
        case .stuck: true
        default: false
        }
    }

    /// What happened, where, and what to do next.
    package var description: String {
        let topic = "topic \(StoreTopic.name) on \(cluster)"
        switch code {
        case .client(let error):
            return "\(error)\(advice(error))"
        case .unreadable(let reason):
            return "\(topic) cannot be read: \(reason)."
        case .unsuitable(let reason):
            return "\(topic) cannot hold Lockstep's state: \(reason). If nobody needs that topic, delete it with "
                + "Kafka's tools; Lockstep then creates it anew."
        case .newerSchema(let key, let schema):
            return "\(topic): \(key) was written by a newer version of Lockstep (schema \(schema)). "
                + "Use that version; this one changes nothing there."
        case .damaged(let key, let reason):
            return "\(topic): \(key) is not in Lockstep's form: \(reason). Something else writes to this topic; "
                + "Lockstep does not overwrite it."
        case .damagedBatch(let offset, let error):
            return "\(topic): the batch at offset \(offset) cannot be read: \(error)."
        case .stuck(let offset, let end):
            return "\(topic): nothing comes from offset \(offset) on, although the log ends at \(end)."
        case .locked(let holder, let remainingMs):
            return "another apply is at work on \(cluster): \(holder). This one changed no link and no mirror topic. "
                + "Wait until that has ended; if it has died, its lock ends within \((max(remainingMs, 0) + 999) / 1000) s."
        case .fenced(let holder):
            return "another apply has taken over on \(cluster)\(holder.map { ": \($0)" } ?? ""). "
                + "This one has stopped. Plan again to see what is left to do."
        case .overtaken(let change):
            return "another apply has changed what this one was planned on, on \(cluster): \(change). "
                + "Plan again to see what is left to do."
        case .contended(let attempts):
            return "several applies interrupted each other on \(cluster) \(attempts) times. "
                + "This one changed no link and no mirror topic. Run one at a time."
        }
    }

    /// Which right is missing when the topic may not be made; empty for everything else.
    private func advice(_ error: ClientError) -> String {
        guard case .refused(.topicAuthorizationFailed, .createTopics, _, _) = error.code else { return "" }
        return " It holds links and mirror states and is made once, so somebody else who may make it can apply first. "
            + "To allow it: \(AclGrant(.create, .topic, StoreTopic.name).command(principal: nil))"
    }
}
