import Glibc
import Synchronization

/// Why a host name has no address.
package struct ResolutionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name.
    package var host: String
    /// The system's words.
    package var meaning: String

    /// The failure to find `host`.
    package init(host: String, meaning: String) {
        self.host = host
        self.meaning = meaning
    }

    /// `cannot resolve "x": Name or service not known`.
    package var description: String { "cannot resolve \"\(host)\": \(meaning)" }
}

/// Looks host names up off the loop: `getaddrinfo` blocks.
package enum NameResolution {
    /// All addresses of `host` with `port`, in the system's order; fails after `deadline` at the latest.
    package static func addresses(
        host: String, port: UInt16, within deadline: Duration, on loop: EventLoop
    ) async throws(ResolutionError) -> [SocketAddress] {
        let result = await withUnsafeContinuation { continuation in
            let once = ResumeOnce(continuation)
            let work = Unmanaged.passRetained(Lookup(host: host, port: port, answer: once))
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { pointer in
                    if let pointer { Unmanaged<Lookup>.fromOpaque(pointer).takeRetainedValue().run() }
                    return nil
                }, work.toOpaque())
            if status == 0 {
                pthread_detach(thread)
            } else {
                work.release()
                once.resume(
                    .failure(ResolutionError(host: host, meaning: SystemError("pthread_create", status).meaning)))
            }
            if loop.isCurrent {
                loop.schedule(after: deadline) {
                    once.resume(.failure(ResolutionError(host: host, meaning: "no answer within \(deadline)")))
                }
            }
        }
        return try result.get()
    }
}

private typealias LookupResult = Result<[SocketAddress], ResolutionError>

/// A continuation that the lookup and its deadline race for.
private final class ResumeOnce: Sendable {
    private let continuation: Mutex<UnsafeContinuation<LookupResult, Never>?>

    init(_ continuation: UnsafeContinuation<LookupResult, Never>) {
        self.continuation = Mutex(continuation)
    }

    func resume(_ result: LookupResult) {
        continuation.withLock { $0.take() }?.resume(returning: result)
    }
}

/// One call of `getaddrinfo`.
private final class Lookup: Sendable {
    private let host: String
    private let port: UInt16
    private let answer: ResumeOnce

    init(host: String, port: UInt16, answer: ResumeOnce) {
        self.host = host
        self.port = port
        self.answer = answer
    }

    func run() {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else {
            let meaning = status == EAI_SYSTEM ? SystemError.last("").meaning : String(cString: gai_strerror(status))
            answer.resume(.failure(ResolutionError(host: host, meaning: meaning)))
            return
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr { addresses.append(SocketAddress(address, length: entry.ai_addrlen)) }
            next = entry.ai_next
        }
        answer.resume(.success(addresses))
    }
}
