import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing

/// Readiness of descriptors.
@Suite(.timeLimit(.minutes(1))) struct DescriptorTests {
    @Test func `many descriptors are told apart`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let journal = Journal()
        let pairs = try (0..<150).map { _ in try SocketPair() }
        let watches = Watches()
        loop.submit {
            for (index, pair) in pairs.enumerated() {
                watches.add(loop, pair.near) { readiness in if readiness.canRead { journal.note("\(index)") } }
            }
        }
        for index in stride(from: 149, through: 0, by: -3) { pairs[index].writeFar([1]) }
        try await waitUntil("all that were written to are readable") { journal.all.count >= 50 }
        #expect(Set(journal.all) == Set(stride(from: 149, through: 0, by: -3).map { "\($0)" }))
        await watches.end(on: loop)
    }

    @Test func `a late event of a descriptor that was closed and used again is dropped`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let first = try SocketPair()
        let second = try SocketPair()
        let journal = Journal()
        let watches = Watches()
        loop.submit {
            // Both become readable in one turn; whichever is told first closes the other and takes its number.
            first.writeFar([1])
            second.writeFar([1])
            for (pair, other) in [(first, second), (second, first)] {
                watches.add(loop, pair.near) { _ in
                    journal.note("told \(pair.near)")
                    guard journal.all.count == 1 else { return }
                    watches.remove(loop, other.near)
                    let next = dup(pair.far)
                    dup2(next, other.near)
                    close(next)
                    watches.add(loop, other.near) { readiness in
                        journal.note(readiness.canRead ? "the stranger's event" : "its own event")
                    }
                }
            }
        }
        try await waitUntil("the new descriptor is told") { journal.all.count >= 2 }
        #expect(journal.all.count == 2)
        #expect(journal.all.last == "its own event")
        await watches.end(on: loop)
    }

    @Test func `a descriptor that is always ready lets timers fire`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let pair = try SocketPair()
        let hasFired = Atomic<Bool>(false)
        let watches = Watches()
        loop.submit {
            watches.add(loop, pair.near) { _ in
                var byte: UInt8 = 0
                while recv(pair.near, &byte, 1, 0) == 1 {}
                if !hasFired.load(ordering: .relaxed) { pair.writeFar([1]) }
            }
            loop.schedule(after: .milliseconds(20)) { hasFired.store(true, ordering: .relaxed) }
        }
        try await waitUntil("the timer fired") { hasFired.load(ordering: .relaxed) }
        await watches.end(on: loop)
    }
}

/// Ports without a listener.
@Suite struct RefusedPortTests {
    @Test func `a refused port is given to nobody else`() throws {
        let port = try DeadPort().port
        let held = try RefusedPort(port)
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(other) }
        let (result, number) = SocketAddress.loopback(port: port).withPointer { (bind(other, $0, $1), errno) }
        #expect(result == -1)
        #expect(number == EADDRINUSE)
        withExtendedLifetime(held) {}
    }
}

/// Two connected, non-blocking sockets.
final class SocketPair: Sendable {
    let near: Int32
    let far: Int32

    init() throws {
        var descriptors: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &descriptors) == 0 else { throw HarnessError("no sockets: error \(errno)") }
        near = descriptors[0]
        far = descriptors[1]
    }

    deinit {
        close(near)
        close(far)
    }

    func writeFar(_ bytes: [UInt8]) {
        #expect(send(far, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    }

    func closeFarWriting() {
        shutdown(far, Int32(SHUT_WR))
    }
}

/// The watches of one test.
private final class Watches: Sendable {
    private struct Watch: Sendable {
        var registration: Registration
        var handler: Handler
    }

    private final class Handler: ReadinessHandler {
        let action: @Sendable (Readiness) -> Void
        init(_ action: @escaping @Sendable (Readiness) -> Void) { self.action = action }
        func ready(_ readiness: Readiness) { action(readiness) }
    }

    private let open = Mutex<[Int32: Watch]>([:])

    func add(_ loop: EventLoop, _ descriptor: Int32, _ action: @escaping @Sendable (Readiness) -> Void) {
        let handler = Handler(action)
        guard let registration = try? loop.watch(descriptor, handler) else { return }
        open.withLock { $0[descriptor] = Watch(registration: registration, handler: handler) }
    }

    func remove(_ loop: EventLoop, _ descriptor: Int32) {
        if let watch = open.withLock({ $0.removeValue(forKey: descriptor) }) { loop.unwatch(watch.registration) }
    }

    func end(on loop: EventLoop) async {
        await withCheckedContinuation { continuation in
            loop.submit {
                for descriptor in self.open.withLock({ Array($0.keys) }) { self.remove(loop, descriptor) }
                continuation.resume()
            }
        }
    }
}
