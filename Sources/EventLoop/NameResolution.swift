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

/// Looks host names up off the loop, on a few threads: `getaddrinfo` blocks and cannot be cancelled.
///
/// A waiter leaves at its deadline or when it is cancelled; the look-up itself may be stuck for long. So a name is
/// looked up once at a time, whoever asks for it, and the number of threads is bounded; names beyond it wait for one.
package final class NameResolution: Sendable {
    /// What a look-up finds: addresses, their port of no meaning.
    package typealias Found = Result<[SocketAddress], ResolutionError>

    private struct State: Sendable {
        /// Who waits for which name; a name is here from the first question until it is looked up.
        var waiters: [String: [UInt64: OneAnswer<Found>]] = [:]
        /// Names that wait for a thread, oldest first.
        var queued: [String] = []
        var threads = 0
        var nextNumber: UInt64 = 0
    }

    /// The system's name service.
    package static let system = NameResolution(maximumThreads: 16, lookUp: SystemLookUp.addresses)

    private let state = Mutex(State())
    private let maximumThreads: Int
    private let lookUp: @Sendable (String) -> Found

    /// A resolution by `lookUp`, which may block, on at most `maximumThreads` threads.
    package init(maximumThreads: Int, lookUp: @escaping @Sendable (String) -> Found) {
        self.maximumThreads = maximumThreads
        self.lookUp = lookUp
    }

    /// Threads that look a name up now, stuck ones included.
    package var busyThreads: Int { state.withLock { $0.threads } }

    /// All addresses of `host` with `port`, in the system's order; fails after `deadline`, and early when the task is
    /// cancelled.
    package func addresses(
        host: String, port: UInt16, within deadline: Duration, on loop: EventLoop
    ) async throws(ResolutionError) -> [SocketAddress] {
        if let numeric = SystemLookUp.numeric(host) { return numeric.map { $0.with(port: port) } }
        let answer = OneAnswer<Found>()
        let number = ask(host, answer)
        answer.whenGiven { self.leave(host, number) }
        let milliseconds = Int64(deadline / .milliseconds(1))
        let found = await answer.wait(
            within: deadline, on: loop, late: .failure(Self.failure(host, "no answer within \(milliseconds) ms")),
            cancelled: .failure(Self.failure(host, "the look-up was cancelled")))
        return try found.get().map { $0.with(port: port) }
    }

    private static func failure(_ host: String, _ meaning: String) -> ResolutionError {
        ResolutionError(host: host, meaning: meaning)
    }

    /// Joins the look-up of `host`, or begins one.
    private func ask(_ host: String, _ answer: OneAnswer<Found>) -> UInt64 {
        let (number, mustStart) = state.withLock { state in
            state.nextNumber += 1
            let isNew = state.waiters[host] == nil
            state.waiters[host, default: [:]][state.nextNumber] = answer
            if isNew { state.queued.append(host) }
            let mustStart = isNew && state.threads < maximumThreads
            if mustStart { state.threads += 1 }
            return (state.nextNumber, mustStart)
        }
        if mustStart { startThread() }
        return number
    }

    /// Forgets a waiter; a name that waits for a thread in vain is forgotten with its last one.
    private func leave(_ host: String, _ number: UInt64) {
        state.withLock { state in
            state.waiters[host]?[number] = nil
            guard state.waiters[host]?.isEmpty == true, let place = state.queued.firstIndex(of: host) else { return }
            state.queued.remove(at: place)
            state.waiters[host] = nil
        }
    }

    private func startThread() {
        let resolution = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<NameResolution>.fromOpaque(pointer).takeRetainedValue().work() }
                return nil
            }, resolution.toOpaque())
        if status == 0 {
            pthread_detach(thread)
        } else {
            resolution.release()
            let meaning = SystemError("pthread_create", status).meaning
            let failed = state.withLock { state in
                state.threads -= 1
                // Other threads will come to what is queued; without any, nobody would.
                let hosts = state.threads == 0 ? state.queued : []
                if state.threads == 0 { state.queued = [] }
                return hosts.map { ($0, state.waiters.removeValue(forKey: $0) ?? [:]) }
            }
            for (host, answers) in failed {
                for answer in answers.values { answer.give(.failure(Self.failure(host, meaning))) }
            }
        }
    }

    /// One thread: looks up what is queued, and ends when nothing is.
    private func work() {
        while let host = nextHost() {
            let found = lookUp(host)
            let answers = state.withLock { $0.waiters.removeValue(forKey: host) ?? [:] }
            for answer in answers.values { answer.give(found) }
        }
    }

    private func nextHost() -> String? {
        state.withLock { state in
            if state.queued.isEmpty {
                state.threads -= 1
                return nil
            }
            return state.queued.removeFirst()
        }
    }
}

/// The system's name service.
private enum SystemLookUp {
    /// The address that `host` is, when it is one and no name: nothing has to be asked then.
    static func numeric(_ host: String) -> [SocketAddress]? {
        try? query(host, flags: AI_NUMERICHOST).get()
    }

    @Sendable static func addresses(_ host: String) -> NameResolution.Found {
        query(host, flags: 0)
    }

    private static func query(_ host: String, flags: Int32) -> NameResolution.Found {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            let meaning = status == EAI_SYSTEM ? SystemError.last("").meaning : String(cString: gai_strerror(status))
            return .failure(ResolutionError(host: host, meaning: meaning))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr { addresses.append(SocketAddress(address, length: entry.ai_addrlen)) }
            next = entry.ai_next
        }
        return .success(addresses)
    }
}
