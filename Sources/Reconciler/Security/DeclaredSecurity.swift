import Credentials
import EventLoop
import KafkaConnection
import KafkaModel
import LinkStore
import Manifest
import Synchronization

/// How a declared cluster's connections are protected, with files and variables as they are when it is asked.
///
/// Files are looked at for each connection and read when they have changed. One that is being written is no reason to
/// stop: what held before stays in use until it is whole, and the log says so.
package final class DeclaredSecurity: SecurityProvider {
    private struct Memory {
        var last: SecurityResolution.Result?
        var toldProblem: String?
    }

    private let cluster: String
    private let resolution: SecurityResolution
    private let tokens: TokenSupply
    private let log: @Sendable (String) -> Void
    private let memory = Mutex(Memory())

    /// The protection of `spec`; nothing is read before the first connection.
    ///
    /// - Parameters:
    ///   - environment: where `${env:…}` is looked up.
    ///   - loop: the loop of connections to token endpoints.
    ///   - log: gets sentences about files that cannot be used for the moment.
    package init(
        _ spec: ClusterSpec, environment: [String: String], loop: EventLoop,
        log: @escaping @Sendable (String) -> Void
    ) {
        cluster = spec.name
        resolution = SecurityResolution(
            security: spec.security, propertiesFile: spec.propertiesFile,
            sources: SecretSources(environment: environment, files: WatchedFiles()))
        tokens = TokenSupply(loop: loop)
        self.log = log
    }

    /// What holds now.
    package func current() async throws(SecurityError) -> ConnectionSecurity {
        let result = try usable(await Self.resolve(resolution))
        var allowsPlaintext = result.allowsPlaintext
        let sasl: SASLCredentials?
        switch result.identity {
        case nil: sasl = nil
        case .ready(let credentials): sasl = credentials
        case .unsecured(let token):
            sasl = .oauthBearer(token: UnsecuredJWS.token(token, nowMs: WallClock.nowMs))
            // Anybody can make such a token: there is nothing to read along.
            allowsPlaintext = true
        case .endpoint(let request): sasl = .oauthBearer(token: try await tokens.token(request))
        }
        return ConnectionSecurity(tls: result.tls, sasl: sasl, allowsPlainWithoutTLS: allowsPlaintext)
    }

    /// Off the loop: files may lie on a slow disk, and keys may take long to decrypt.
    @concurrent
    private static func resolve(
        _ resolution: SecurityResolution
    ) async -> Result<SecurityResolution.Result, ResolutionFailure> {
        do throws(ResolutionFailure) {
            return .success(try resolution.resolve())
        } catch {
            return .failure(error)
        }
    }

    private func usable(
        _ result: Result<SecurityResolution.Result, ResolutionFailure>
    ) throws(SecurityError) -> SecurityResolution.Result {
        switch doubted(result) {
        case .success(let found):
            memory.withLock { memory in
                memory.last = found
                memory.toldProblem = nil
            }
            return found
        case .failure(let failure):
            let (last, isNews) = memory.withLock { memory in
                defer { memory.toldProblem = failure.sentence }
                return (memory.last, memory.toldProblem != failure.sentence)
            }
            guard failure.isUnfinished, let last else {
                throw SecurityError("\(failure.sentence).", isRetriable: failure.isUnfinished)
            }
            if isNews { log("cluster \(cluster): \(failure.sentence). What held before stays in use") }
            return last
        }
    }

    /// A properties file that was cut short while it is written may be legal, and then declares no protection: that is
    /// believed when the file stays like that.
    private func doubted(
        _ result: Result<SecurityResolution.Result, ResolutionFailure>
    ) -> Result<SecurityResolution.Result, ResolutionFailure> {
        guard case .success(let found) = result, !found.isProtected, !found.isSettled,
            memory.withLock({ $0.last?.isProtected }) == true
        else { return result }
        let sentence = "the properties file declares neither TLS nor SASL any more, and may be half written"
        return .failure(ResolutionFailure(sentence: sentence, isUnfinished: true))
    }
}
