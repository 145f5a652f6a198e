import Testing
import TLS

@Suite struct TLSOptionsTests {
    @Test func `verify the host by default`() { #expect(TLSOptions().verifiesHostName) }
}
