import TestSupport
import Testing

@Suite struct FreePortsTests {
    @Test func `takes other ports when somebody was quicker, once`() async throws {
        var attempts: [UInt16] = []
        let port = try await FreePorts.withTaken {
            attempts.append(try FreePorts.take(1)[0])
            if attempts.count == 1 { throw HarnessError("bind: Address already in use") }
            return attempts.count == 2 ? attempts[1] : 0
        }
        #expect(attempts.count == 2 && attempts[0] != attempts[1] && port == attempts[1])
        var count = 0
        await #expect(throws: HarnessError.self) {
            try await FreePorts.withTaken {
                count += 1
                throw HarnessError("bind: Address already in use")
            }
        }
        #expect(count == 2)
        await #expect(throws: HarnessError.self) {
            try await FreePorts.withTaken {
                count += 1
                throw HarnessError("openssl: no such certificate")
            }
        }
        #expect(count == 3)
    }
}
