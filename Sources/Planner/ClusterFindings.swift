import Diagnostics
import KafkaModel

/// The declared clusters, and why what was read from one may not be used.
struct ClusterFindings {
    private var byName: [String: PlannedCluster] = [:]
    private var specs: [String: ClusterSpec]

    init(desired: DesiredState, live: LiveSnapshot) {
        specs = desired.clusters
        for (name, spec) in desired.clusters {
            let found = live.clusters[name]
            byName[name] = PlannedCluster(
                name: name, clusterId: found?.clusterId, brokerCount: found?.brokerCount ?? 0, access: spec.access,
                problem: Self.problem(spec, found), identity: spec.identity)
        }
    }

    /// All declared clusters, by name.
    var declared: [PlannedCluster] { byName.values.sorted { $0.name < $1.name } }

    /// The cluster of that name; one that is not declared has a problem.
    subscript(name: String) -> PlannedCluster {
        byName[name]
            ?? PlannedCluster(
                name: name, clusterId: nil, brokerCount: 0, access: .readOnly, problem: "is not declared")
    }

    /// The manifest's part on a cluster.
    func spec(_ name: String) -> ClusterSpec? { specs[name] }

    /// What tells one physical cluster from another: its id when it is known.
    func identity(_ name: String) -> String {
        if let id = self[name].clusterId { "id \(id)" } else { "name \(name)" }
    }

    private static func problem(_ spec: ClusterSpec, _ found: LiveCluster?) -> String? {
        guard let found else { return "cannot be read: nothing was read from it" }
        if let problem = found.problem { return "cannot be read: \(problem)" }
        guard let id = found.clusterId else { return "cannot be read: it reports no cluster id" }
        guard let declared = spec.clusterId, declared != id else { return nil }
        return "cannot be used: it reports cluster id \(id), but \(spec.place.file):\(spec.place.line) "
            + "declares \(declared)"
    }
}
