import Bytes
import EventLoop
import Foundation
import KafkaConnection
import KafkaProtocol
import Synchronization
import TestSupport
import Testing

/// Requests and answers on one connection.
@Suite(.timeLimit(.minutes(1))) struct TrafficTests {
    @Test func `answers that come byte by byte`() async throws {
        try await ScriptedBroker.withConnection {
            var stream: [UInt8] = []
            for number in 0..<3 {
                stream += PeerRequest.frame(try $0.readRequest().correlationId, bigEndian(Int16(number)))
            }
            for byte in stream { try $0.write([byte]) }
            $0.readToEnd()
        } _: { _, connection in
            let numbers = try await Self.beats(3, on: connection)
            #expect(numbers == [0, 1, 2])
        }
    }

    @Test func `many answers in one segment`() async throws {
        try await ScriptedBroker.withConnection {
            var stream: [UInt8] = []
            for number in 0..<500 {
                stream += PeerRequest.frame(try $0.readRequest().correlationId, bigEndian(Int16(number)))
            }
            try $0.write(stream)
            $0.readToEnd()
        } _: { _, connection in
            let numbers = try await Self.beats(500, on: connection)
            #expect(numbers == Set(0..<500))
        }
    }

    @Test func `a very large answer, next to small ones`() async throws {
        let size = 40 << 20
        try await ScriptedBroker.withConnection {
            try $0.answer(try $0.readRequest(), number: 1)
            let body = [0, 0] + bigEndian(Int32(size)) + [UInt8](repeating: 7, count: size)
            try $0.answer(try $0.readRequest(), body)
            try $0.answer(try $0.readRequest(), number: 2)
            $0.readToEnd()
        } _: { _, connection in
            #expect(try await connection.beat() == 1)
            let answer = try await connection.exchange(ByteSlice([1]))
            #expect(answer.count == size)
            #expect(answer.array.last == 7)
            #expect(try await connection.beat() == 2)
        }
    }

    @Test func `a cancelled request leaves its answer to nobody`() async throws {
        let mayAnswer = DispatchSemaphore(value: 0)
        let hasRead = DispatchSemaphore(value: 0)
        try await ScriptedBroker.withConnection {
            let first = try $0.readRequest()
            hasRead.signal()
            mayAnswer.wait()
            try $0.answer(first, number: 1)
            try $0.answer(try $0.readRequest(), number: 2)
            $0.readToEnd()
        } _: { broker, connection in
            let text = try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { await failure { () async throws(ConnectionError) in try await connection.beat() } }
                try await waitUntil("the peer has the request") { hasRead.wait(timeout: .now()) == .success }
                group.cancelAll()
                return try await group.next() ?? ""
            }
            #expect(text == "broker \(broker.name): the request was cancelled.")
            mayAnswer.signal()
            #expect(try await connection.beat() == 2)
        }
    }

    @Test func `a task that is cancelled already asks nothing that it waits for`() async throws {
        try await ScriptedBroker.withConnection {
            while true { try $0.answer(try $0.readRequest(), number: 3) }
        } _: { _, connection in
            let text = await withTaskGroup(of: String.self) { group in
                group.cancelAll()
                group.addTask { await failure { () async throws(ConnectionError) in try await connection.beat() } }
                return await group.next() ?? ""
            }
            #expect(text.hasSuffix("the request was cancelled."))
            let number = try await connection.beat()
            #expect(number == 3)
        }
    }

    @Test func `a peer that does not read is not written to without bound, and gets everything in order later`()
        async throws
    {
        let mayRead = DispatchSemaphore(value: 0)
        let size = 1 << 20
        let limit = 4 << 20
        let options = ConnectionOptions(maximumOutboundBytes: limit)
        try await ScriptedBroker.withConnection(
            {
                mayRead.wait()
                for _ in 0..<64 {
                    let request = try $0.readRequest()
                    let mark = Array(request.bytes.suffix(4))
                    try $0.answer(request, [0, 0] + bigEndian(Int32(4)) + mark)
                }
                $0.readToEnd()
            }, options: options
        ) { _, connection in
            let marks = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<64 as Range<Int32> {
                    group.addTask {
                        let mark = bigEndian(number)
                        let bytes = ByteSlice([UInt8](repeating: 0, count: size - 4) + mark)
                        return try await connection.exchange(bytes).array == mark
                    }
                }
                try await waitUntil("all requests wait") { await connection.waitingRequests == 64 }
                let kept = await connection.keptOutboundBytes
                #expect(kept > limit / 2)
                #expect(kept <= limit + size + 100)
                mayRead.signal()
                return try await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(marks.count == 64)
            #expect(marks.allSatisfy { $0 })
        }
    }

    @Test func `requests held for a peer that never reads end at their deadline`() async throws {
        let options = ConnectionOptions(requestTimeoutMs: 500, maximumOutboundBytes: 1 << 20)
        let end = DispatchSemaphore(value: 0)
        try await ScriptedBroker.withConnection({ _ in end.wait() }, options: options) { _, connection in
            let bytes = ByteSlice([UInt8](repeating: 0, count: 1 << 20))
            let texts = await withTaskGroup { group in
                for _ in 0..<32 {
                    group.addTask {
                        await failure { () async throws(ConnectionError) in _ = try await connection.exchange(bytes) }
                    }
                }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(texts.count == 32)
            #expect(texts.allSatisfy { $0.contains("no answer to SyncGroup within 500 ms.") })
            #expect(await connection.keptOutboundBytes == 0)
            end.signal()
        }
    }

    @Test func `a held request can be cancelled`() async throws {
        let mayRead = DispatchSemaphore(value: 0)
        let options = ConnectionOptions(maximumOutboundBytes: 1 << 20)
        try await ScriptedBroker.withConnection(
            {
                mayRead.wait()
                while true {
                    let request = try $0.readRequest()
                    try $0.answer(request, number: 9)
                }
            }, options: options
        ) { _, connection in
            let bytes = ByteSlice([UInt8](repeating: 0, count: 16 << 20))
            try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask {
                    await failure { () async throws(ConnectionError) in _ = try await connection.exchange(bytes) }
                }
                try await waitUntil("the first waits") { await connection.waitingRequests == 1 }
                group.addTask { await failure { () async throws(ConnectionError) in try await connection.beat() } }
                try await waitUntil("the second waits") { await connection.waitingRequests == 2 }
                group.cancelAll()
                for try await text in group { #expect(text.hasSuffix("the request was cancelled.")) }
            }
            mayRead.signal()
            #expect(try await connection.beat() == 9)
        }
    }

    @Test func `a peer that floods does not keep timers from firing`() async throws {
        let count = 2000
        let isBlocked = DispatchSemaphore(value: 0)
        let isWritten = DispatchSemaphore(value: 0)
        try await ScriptedBroker.withConnection {
            var stream: [UInt8] = []
            for number in 0..<count {
                stream += PeerRequest.frame(try $0.readRequest().correlationId, bigEndian(Int16(number)))
            }
            isBlocked.wait()
            try $0.write(stream)
            isWritten.signal()
            $0.readToEnd()
        } _: { broker, connection in
            let left = Mutex<Int?>(nil)
            let numbers = try await withThrowingTaskGroup(of: Int16.self) { group in
                for _ in 0..<count { group.addTask { try await connection.beat() } }
                try await waitUntil("all requests wait") { await connection.waitingRequests == count }
                // When the loop goes on, all answers are there and the timer is due: it fires between them.
                broker.loop.submit {
                    broker.loop.schedule(after: .zero) {
                        left.withLock { $0 = connection.assumeIsolated { $0.waitingRequests } }
                    }
                    isBlocked.signal()
                    isWritten.wait()
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(numbers.count == count)
            #expect(left.withLock { $0 ?? 0 } > 0)
        }
    }

    /// So many requests at once; the numbers that came back.
    private static func beats(_ count: Int, on connection: Connection) async throws -> Set<Int16> {
        try await withThrowingTaskGroup(of: Int16.self) { group in
            for _ in 0..<count { group.addTask { try await connection.beat() } }
            return try await group.reduce(into: []) { $0.insert($1) }
        }
    }
}
