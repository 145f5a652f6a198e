import TestSupport

/// The two shared clusters of the newest Kafka, its Java clients, and a link of its own name between them.
struct SharedSite {
    let kafka: KafkaInstallation
    let source: RealCluster
    let destination: RealCluster
    let probe: KafkaProbe
    let link: LinkFixture

    init() async throws {
        kafka = try KafkaInstallation.required()
        source = try await SharedClusters.cluster(kafka, .source)
        destination = try await SharedClusters.cluster(kafka, .destination)
        probe = try await KafkaProbe.shared(kafka)
        link = try LinkFixture(source: source, destination: destination)
    }
}

/// A suite that works on the shared clusters, with a new link for each case.
protocol SharedSiteSuite {
    var site: SharedSite { get }
}

extension SharedSiteSuite {
    var kafka: KafkaInstallation { site.kafka }
    var source: RealCluster { site.source }
    var destination: RealCluster { site.destination }
    var probe: KafkaProbe { site.probe }
    var link: LinkFixture { site.link }
}
