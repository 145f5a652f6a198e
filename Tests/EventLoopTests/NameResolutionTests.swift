import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing

/// Look-ups that hang, and what they cost.
@Suite(.timeLimit(.minutes(1))) struct NameResolutionTests {
    /// A name service that answers when it is let.
    private final class NameService: Sendable {
        private let asked = Mutex<[String]>([])
        private let turns = DispatchSemaphore(value: 0)
        var names: [String] { asked.withLock { $0 } }

        func lookUp(_ host: String) -> NameResolution.Found {
            asked.withLock { $0.append(host) }
            turns.wait()
            return .success([.loopback(port: 1)])
        }

        func answer(_ count: Int) {
            for _ in 0..<count { turns.signal() }
        }
    }

    private func message(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "no failure"
        } catch {
            return "\(error)"
        }
    }

    @Test func `a look-up that hangs ends at its deadline, whoever waits`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let service = NameService()
        let resolution = NameResolution(maximumThreads: 2, lookUp: service.lookUp)
        let text = await message {
            _ = try await resolution.addresses(host: "slow", port: 9092, within: .milliseconds(30), on: loop)
        }
        #expect(text == "cannot resolve \"slow\": no answer within 30 ms")
        service.answer(1)
        try await waitUntil("the thread ended") { resolution.busyThreads == 0 }
    }

    @Test func `names that hang hold few threads, and each only one`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let service = NameService()
        let resolution = NameResolution(maximumThreads: 3, lookUp: service.lookUp)
        let failures = await withTaskGroup { group in
            for number in 0..<24 {
                group.addTask {
                    await message {
                        let host = "slow\(number % 6)"
                        _ = try await resolution.addresses(host: host, port: 1, within: .milliseconds(100), on: loop)
                    }
                }
            }
            return await group.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(failures.count == 24)
        #expect(failures.allSatisfy { $0.hasSuffix(": no answer within 100 ms") })
        try await waitUntil("three are asked for") { service.names.count >= 3 }
        #expect(resolution.busyThreads == 3)
        #expect(service.names.count == 3)
        // Nobody waits for the other names any more, so nobody asks for them.
        service.answer(3)
        try await waitUntil("the threads ended") { resolution.busyThreads == 0 }
        #expect(service.names.count == 3)
    }

    @Test func `all who ask for a name get its one answer, each with the port it wants`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let service = NameService()
        let resolution = NameResolution(maximumThreads: 1, lookUp: service.lookUp)
        let ports = try await withThrowingTaskGroup(of: UInt16.self) { group in
            for port in 1...5 as ClosedRange<UInt16> {
                group.addTask {
                    let found = try await resolution.addresses(host: "h", port: port, within: .seconds(50), on: loop)
                    return found.first?.port ?? 0
                }
            }
            try await waitUntil("the name is asked for") { !service.names.isEmpty }
            service.answer(5)
            return try await group.reduce(into: Set<UInt16>()) { $0.insert($1) }
        }
        #expect(ports == [1, 2, 3, 4, 5])
    }

    @Test func `a cancelled task leaves its look-up at once`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let service = NameService()
        let resolution = NameResolution(maximumThreads: 1, lookUp: service.lookUp)
        let text = try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask {
                await message {
                    _ = try await resolution.addresses(host: "h", port: 1, within: .seconds(600), on: loop)
                }
            }
            try await waitUntil("the name is asked for") { !service.names.isEmpty }
            group.cancelAll()
            return try await group.next() ?? ""
        }
        #expect(text == "cannot resolve \"h\": the look-up was cancelled")
        service.answer(1)
        try await waitUntil("the thread ended") { resolution.busyThreads == 0 }
    }

    @Test func `an address is no name, so nothing is asked`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let service = NameService()
        let resolution = NameResolution(maximumThreads: 1, lookUp: service.lookUp)
        for address in ["127.0.0.1", "::1"] {
            let found = try await resolution.addresses(host: address, port: 9092, within: .seconds(50), on: loop)
            #expect(found.map(\.port) == [9092])
        }
        #expect(service.names.isEmpty)
    }
}
