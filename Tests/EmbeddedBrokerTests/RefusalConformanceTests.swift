import Bytes
import Credentials
import EmbeddedBroker
import Foundation
import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// What is said against messages of SASL exchanges, asked of the embedded broker and of real ones.
@Suite("Refusal conformance", .timeLimit(.minutes(5)), .serialized)
struct RefusalConformanceTests {
    /// Says one message after the other; what the last is answered, `more` when the exchange would go on.
    private static func answer(_ site: ListenerSite, _ mechanism: String, _ messages: [String]) async throws -> String {
        let connection = try await site.connect()
        #expect(try await connection.choose(mechanism).errorCode == 0)
        for (index, message) in messages.enumerated() {
            guard let answer = try? await connection.say(Array(message.utf8)) else { return "closed" }
            if answer.errorCode != 0 {
                #expect(ErrorCode(answer.errorCode) == .saslAuthenticationFailed)
                try await connection.waitUntilClosed()
                return answer.errorMessage ?? "nothing"
            }
            if index == messages.count - 1 {
                let isIn = await connection.isLetIn()
                await connection.close()
                return isIn ? "let in" : String(decoding: answer.authBytes.array.prefix(40), as: UTF8.self)
            }
        }
        return "nothing was said"
    }

    private static func check(
        _ cluster: ConformanceCluster, _ mechanism: String, _ cases: [([String], String)]
    ) async throws {
        try await ListenerSite.run(cluster, .secure) { site in
            // At the same time: real brokers hold every refusal back for a while.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (messages, said) in cases {
                    group.addTask {
                        let answer = try await answer(site, mechanism, messages)
                        #expect(answer == said, "\(mechanism) \(messages)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `PLAIN`(_ cluster: ConformanceCluster) async throws {
        let wrong = "Authentication failed: Invalid username or password"
        try await Self.check(
            cluster, "PLAIN",
            [
                (["\0admin\0admin-secret"], "let in"),
                (["admin\0admin\0admin-secret"], "let in"),
                (["\0admin\0wrong"], wrong),
                (["\0nobody\0admin-secret"], wrong),
                (["\0ad\u{fffd}min\0admin-secret"], wrong),
                (["\0\0admin-secret"], "Authentication failed: username not specified"),
                (["\0admin\0"], "Authentication failed: password not specified"),
                (
                    ["bob\0admin\0admin-secret"],
                    "Authentication failed: Client requested an authorization id that is different from username"
                ),
                (["admin"], "Invalid SASL/PLAIN response: expected 3 tokens, got 1"),
                ([""], "Invalid SASL/PLAIN response: expected 3 tokens, got 1"),
                (["\0admin\0admin-secret\0"], "Invalid SASL/PLAIN response: expected 3 tokens, got 4"),
                (["\0a\0b\0c\0d\0e"], "Invalid SASL/PLAIN response: expected 3 tokens, got 4"),
            ])
    }

    @Test(arguments: ConformanceCluster.all)
    func `SCRAM`(_ cluster: ConformanceCluster) async throws {
        let mechanism = "SCRAM-SHA-512"
        let wrong =
            "Authentication failed during authentication due to invalid credentials with SASL mechanism "
            + mechanism
        let begun = "n,,n=admin,r=abc"
        let proof = Data(count: 64).base64EncodedString()
        let first = [
            "", "n", "n,,", "n,,n=admin", "y,,n=admin,r=abc", "p=tls-unique,,n=admin,r=abc", "n,,n=,r=abc",
            "n,,n=admin,r=", "n,,n=nobody,r=abc", "n,,n=ad=min,r=abc", "n,,r=abc,n=admin", "n,x=admin,n=admin,r=abc",
            "n,,n=ädmin,r=abc", "n,,n=admin,r=a c", "n,,n=admin,r=abc,1=2", "n,,n=admin,r=abc,x", "n,,n=admin,r=abc,",
            "\0admin\0admin-secret",
        ].map { ([$0], wrong) }
        let final = [
            "", "c=biws,r=abc,p=\(proof)", "c=biws,r=NONCE,p=\(proof)", "c=biws,r=NONCE", "r=NONCE,p=\(proof)",
            "c=biws,r=NONCE,p=AAAA", "c=biws,r=NONCE,p=!", "c=!,r=NONCE,p=\(proof)",
        ].map { ([begun, $0], wrong) }
        let other = [
            (
                ["n,a=bob,n=admin,r=abc"],
                "Authentication failed: Client requested an authorization id that is different from username"
            )
        ]
        try await Self.check(cluster, mechanism, first + final + other)
        // The rest of the nonce is the broker's, so that only the beginning is known.
        try await ListenerSite.run(cluster, .secure) { site in
            for message in [
                begun, "n,a=admin,n=admin,r=abc", "n,,m=x,n=admin,r=abc", "n,,n=admin,r=abc,tokenless=true",
                "n,,n=adm=69n,r=abc",
            ] {
                let answer = try await Self.answer(site, mechanism, [message])
                #expect(
                    answer.hasPrefix("r=abc") || message.contains("=69") && answer == wrong, "\(message): \(answer)")
            }
        }
    }

    /// A token of a header and claims as they stand here.
    private static func token(_ claims: String, header: String = #"{"alg":"none"}"#, rest: String = ".") -> String {
        let parts = [header, claims].map { Data($0.utf8).base64EncodedString().filter { $0 != "=" } }
        return parts.joined(separator: ".") + rest
    }

    private static func message(_ token: String, header: String = "n,,", rest: String = "\u{1}\u{1}") -> String {
        "\(header)\u{1}auth=Bearer \(token)\(rest)"
    }

    @Test(arguments: ConformanceCluster.all)
    func `OAUTHBEARER`(_ cluster: ConformanceCluster) async throws {
        let now = Int(Date().timeIntervalSince1970)
        let good = Self.token(#"{"sub":"admin","iat":\#(now - 5),"exp":\#(now + 600)}"#)
        let invalid = #"{"status":"invalid_token"}"#
        let wrong =
            "Authentication failed during authentication due to invalid credentials with SASL mechanism "
            + "OAUTHBEARER"
        let holds = [
            Self.message(good), Self.message(good, header: "n,a=admin,"),
            Self.message(good, rest: "\u{1}key=value\u{1}\u{1}"), "n,,\u{1}auth=bEARER  \(good)\u{1}\u{1}",
            Self.message(Self.token(#"{"sub":"admin","exp":\#(now + 600).5}"#)),
        ].map { ([$0], "let in") }
        let refused = [
            Self.token(#"{"sub":"admin","iat":\#(now - 9),"exp":\#(now - 5)}"#),
            Self.token(#"{"sub":"admin","iat":\#(now + 300),"exp":\#(now + 600)}"#),
            Self.token(#"{"sub":"admin","iat":\#(now - 5)}"#), Self.token(#"{"exp":\#(now + 600)}"#),
            Self.token(#"{"sub":" ","exp":\#(now + 600)}"#), Self.token("[]"), Self.token("{"),
            Self.token(#"{"sub":"admin","exp":"\#(now + 600)"}"#), Self.token(#"{"sub":7,"exp":\#(now + 600)}"#),
            Self.token(#"{"sub":"admin","exp":\#(now + 600)}"#, header: #"{"alg":"HS256"}"#),
            Self.token(#"{"sub":"admin","exp":\#(now + 600)}"#, rest: ".c2ln"),
            Self.token(#"{"sub":"admin","exp":\#(now + 600)}"#, rest: ""), "a", "a.b", "a.b.c.d", "...", "a+b", "a/b=",
        ].flatMap { [([Self.message($0)], invalid), ([Self.message($0), "\u{1}"], invalid)] }
        let malformed = [
            "", "n", "\u{1}", good, Self.message("a b"), Self.message("a=b"), Self.message("a,b"), Self.message(""),
            Self.message(good, header: "y,,"), Self.message(good, header: "n,"), Self.message(good, header: "n,admin,"),
            Self.message(good, rest: ""), Self.message(good, rest: "\u{1}"), "n,,\u{1}key=value\u{1}\u{1}",
            Self.message(good, rest: "\u{1}key\u{1}\u{1}"),
        ].map { ([$0], wrong) }
        let other = [
            (
                [Self.message(good, header: "n,a=bob,")],
                "Authentication failed: Client requested an authorization id (bob) that is different from the token's "
                    + "principal name (admin)"
            )
        ]
        try await Self.check(cluster, "OAUTHBEARER", holds + refused + malformed + other)
    }
}
