import Foundation

/// OpenSSL's own TLS server, which gives the first client an answer: a token endpoint that shares no code with us.
package final class AnsweringServer: Sendable {
    /// The port it listens on, on `127.0.0.1`.
    package let port: UInt16
    private let command: RunningCommand

    /// Starts it and waits until it listens.
    package init(_ answer: String, _ certificate: IssuedCertificate) async throws {
        (port, command) = try await FreePorts.withTaken {
            let port = try FreePorts.take(1)[0]
            let command = try RunningCommand(
                [
                    "openssl", "s_server", "-quiet", "-accept", "127.0.0.1:\(port)", "-cert",
                    certificate.certificateFile, "-key", certificate.keyFile,
                ], input: .open)
            command.send(line: answer)
            try await waitUntil("openssl listens", within: .seconds(20)) {
                if let exit = command.exit { throw HarnessError("openssl ended: \(exit): \(command.errorOutput)") }
                return Self.listens(port)
            }
            return (port, command)
        }
    }

    /// The answer of a token endpoint.
    package static func token(_ token: String, lifetime seconds: Int = 3600) -> String {
        let body = "{\"access_token\":\"\(token)\",\"expires_in\":\(seconds)}"
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Stops it.
    package func stop() async throws { try await command.stop() }

    private static func listens(_ port: UInt16) -> Bool {
        let hex = String(port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: 4 - hex.count) + hex
        let table = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? ""
        return table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 3 && fields[1].hasSuffix(suffix) && fields[3] == "0A"
        }
    }
}
