import Credentials
import EmbeddedBroker
import KafkaConnection
import KafkaProtocol
import TLS
import TestSupport
import Testing

/// Client certificates and the principals that they make, asked of the embedded broker and of real ones.
@Suite("Certificate conformance", .timeLimit(.minutes(5)), .serialized)
struct CertificateConformanceTests {
    /// Subjects as openssl takes them behind `/CN=`, and as Java writes them.
    ///
    /// None of them begins with `CN` as it is written: real brokers of the tests shorten those that do.
    private static let subjects: [(String, String)] = [
        ("app/O=Acme", "O=Acme,CN=app"),
        ("app/OU=a/O=b/L=c/ST=d/C=FR/DC=e/UID=f/street=g", "STREET=g,UID=f,DC=e,C=FR,ST=d,L=c,O=b,OU=a,CN=app"),
        (
            ##"app/O=Acme, Inc. \+ "Sons" <a;b> \\ c=d #e"##,
            ##"O=Acme\, Inc. \+ \"Sons\" \<a\;b\> \\ c\=d \#e,CN=app"##
        ),
        ("app/O= two  spaces  ", #"O=\ two  spaces\ \ ,CN=app"#),
        ("app/O=#hash", ##"O=\#hash,CN=app"##),
        ("app/O=Café Zoë ™ 東京", "O=Café Zoë ™ 東京,CN=app"),
        ("app/emailAddress=a@b.example", "1.2.840.113549.1.9.1=#160b6140622e6578616d706c65,CN=app"),
        ("app/GN=Ada/SN=Love", "2.5.4.4=#0c044c6f7665,2.5.4.42=#0c03416461,CN=app"),
        ("app/description=" + String(repeating: "x", count: 200), longDescription),
        ("app/O=one+OU=two", "O=one+OU=two,CN=app"),
    ]

    /// A value with a length of more than one byte.
    private static let longDescription = "2.5.4.13=#0c81c8" + String(repeating: "78", count: 200) + ",CN=app"

    @Test(arguments: ConformanceCluster.all)
    func `a client is whom its certificate names, written as Java does`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .mutual) { site in
            let admin = Session(
                connection: try await site.connect(
                    identity: try await site.authority.issue(commonName: "admin").identity()),
                port: site.port, loop: site.loop)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (subject, name) in Self.subjects {
                    group.addTask { try await Self.check(site, admin, subject, "User:\(name)") }
                }
                try await group.waitForAll()
            }
            await admin.connection.close()
        }
    }

    /// Whether who shows a certificate of this subject sees what only the principal may see.
    private static func check(
        _ site: ListenerSite, _ admin: Session, _ subject: String, _ principal: String
    ) async throws {
        let topic = try await admin.newTopic("certificates")
        let acl = AclCodes(name: topic, principal: principal, operation: 8)
        let created = try await admin.createAcls([acl])
        #expect(created.allSatisfy { $0.hasPrefix("0 ") }, "\(created)")
        let certificate = try await site.authority.issue(commonName: subject)
        let client = try await site.connect(identity: try certificate.identity())
        try await waitUntil("\(principal) sees \(topic)", within: .seconds(20)) {
            let answer = try await client.send(
                MetadataRequest { $0.topics = [MetadataRequest.MetadataRequestTopic { $0.name = topic }] })
            return answer.topics.map(\.errorCode) == [0]
        }
        await client.close()
    }

    @Test(arguments: ConformanceCluster.all)
    func `nobody is let in without a certificate of the right authority`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .mutual) { site in
            let none = await #expect(throws: ConnectionError.self) { try await site.connect() }
            #expect("\(try present(none))".contains("wants a client certificate, and none is declared."))
            let stranger = try await CertificateAuthority("Strange authority").issue(commonName: "admin").identity()
            let strange = await #expect(throws: ConnectionError.self) { try await site.connect(identity: stranger) }
            #expect("\(try present(strange))".contains("does not accept our client certificate (TLS alert"))
            let expired = try await site.authority.issue(commonName: "admin", flaw: .expired).identity()
            let late = await #expect(throws: ConnectionError.self) { try await site.connect(identity: expired) }
            #expect("\(try present(late))".contains("does not accept our client certificate (TLS alert"))
        }
    }
}
