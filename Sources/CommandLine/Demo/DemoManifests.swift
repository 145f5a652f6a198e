import Glibc

/// The demo's manifests, in a folder that people can edit.
struct DemoManifests: Sendable {
    /// The folder of the demo.
    let folder: String

    /// Where the manifests are.
    var path: String { "\(folder)/manifests" }
    /// Where the process ids and logs of workers are.
    var statePath: String { "\(folder)/state" }
    /// Where the worker's log goes.
    var logPath: String { "\(statePath)/worker.log" }
    /// The manifest of the link.
    var linkFile: String { "\(path)/paris-to-dublin.yaml" }

    /// Writes both manifests, over earlier ones of a demo.
    func write(parisPort: UInt16, dublinPort: UInt16) throws(CommandFailure) {
        guard ProcessFiles.makeFolder(path) else {
            throw CommandFailure(.failed, "the folder \(path) cannot be written; choose another with --dir")
        }
        try write("\(path)/clusters.yaml", Self.clusters(parisPort, dublinPort))
        try writeLink(customers: "ACTIVE")
    }

    /// Writes the link's manifest with the topic `customers` in the given state.
    func writeLink(customers state: String) throws(CommandFailure) {
        try write(linkFile, Self.link(customers: state))
    }

    /// Adds a line to the worker's log; a log that cannot be written is not worth ending the demo for.
    func log(_ line: String) {
        _ = ProcessFiles.append(line + "\n", to: logPath)
    }

    private func write(_ path: String, _ text: String) throws(CommandFailure) {
        guard ProcessFiles.replace(path, with: text) else {
            throw CommandFailure(.failed, "the file \(path) cannot be written; choose another folder with --dir")
        }
    }

    private static func clusters(_ paris: UInt16, _ dublin: UInt16) -> String {
        """
        # Put your own bootstrap servers here and the same manifests work on real clusters.
        apiVersion: lockstep/v1alpha1
        kind: Cluster
        metadata: {name: paris}
        spec:
          access: READ_ONLY
          bootstrapServers: ["127.0.0.1:\(paris)"]
        ---
        apiVersion: lockstep/v1alpha1
        kind: Cluster
        metadata: {name: dublin}
        spec:
          bootstrapServers: ["127.0.0.1:\(dublin)"]

        """
    }

    private static func link(customers state: String) -> String {
        """
        apiVersion: lockstep/v1alpha1
        kind: ClusterLink
        metadata: {name: paris-to-dublin}
        spec:
          sourceKafkaCluster: {clusterRef: {name: paris}}
          destinationKafkaCluster: {clusterRef: {name: dublin}}
          mirrorTopicOptions:
            autoCreateTopics:
              enabled: true
              topicFilters:
                - {name: orders., patternType: PREFIXED, filterType: INCLUDE}
                - {name: orders.tmp., patternType: PREFIXED, filterType: EXCLUDE}
          mirrorTopics:
            - name: customers
              state: \(state)
          configs:
            metadata.max.age.ms: 5000
          workers: {mode: local, count: 1}

        """
    }

    /// The folder to use: the given one, or one under the temporary folder; another one when a demo runs there.
    static func folder(given: String?, environment: [String: String], isFirst: Bool) -> String {
        if let given { return ManifestPaths.absolute(given) }
        let temporary = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        return "\(temporary)/lockstep-demo" + (isFirst ? "" : "-\(ProcessIdentity.ownId)")
    }
}
