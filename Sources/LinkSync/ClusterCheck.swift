import KafkaClient
import KafkaModel

/// Tells whether a cluster is the one that a link was made for: what another one says means nothing to the link.
///
/// Topic ids would tell, but a source before 2.8 has none. Look after what was read, so that it came from there.
struct ClusterCheck {
    private let client: ClusterClient
    private let expected: String
    private let link: String

    /// A look at a link's source.
    static func source(_ client: ClusterClient, of link: LinkRecord) -> ClusterCheck {
        ClusterCheck(client: client, expected: link.sourceClusterId, link: link.name)
    }

    /// A look at a link's destination.
    static func destination(_ client: ClusterClient, of link: LinkRecord) -> ClusterCheck {
        ClusterCheck(client: client, expected: link.destinationClusterId, link: link.name)
    }

    /// Asks the cluster: nil when it is the right one, otherwise what to tell people.
    func problem() async -> TaskProblem? {
        do throws(ClientError) {
            return problem(in: try await client.metadata([]))
        } catch {
            return TaskProblem(error)
        }
    }

    /// The same from what the cluster has just said.
    func problem(in metadata: ClusterMetadata) -> TaskProblem? {
        guard metadata.clusterId != expected else { return nil }
        return TaskProblem(
            .error, code: "MISCONFIGURATION_ERROR",
            "link \(link) was made for cluster id \(expected), but \(client.name) is "
                + "\(metadata.clusterId ?? "without an id"). "
                + "Point \(client.name) at the cluster the link was made for.")
    }
}
