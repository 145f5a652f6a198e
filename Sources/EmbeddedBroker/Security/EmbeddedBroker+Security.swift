import Bytes
import Credentials
import TLS

extension EmbeddedBroker {
    /// Takes a message of a SASL exchange.
    func take(_ message: ByteSlice, of connection: BrokerConnection) -> Authentication.Answer {
        connection.authentication.take(message.array, sasl, nowMs: clock.monotonic, wallMs: clock.wall)
    }

    /// The answer to a message that came without a header.
    func bareAnswer(to message: ByteSlice, _ connection: BrokerConnection) -> RequestOutcome {
        guard case .message(let bytes, _) = take(message, of: connection) else { return .close }
        var writer = WireWriter()
        writer.append(ByteSlice(bytes))
        return .answer(writer)
    }

    // MARK: What tests change while the broker runs

    /// Shows another certificate to those who connect from now on, as an operator does who renews it.
    package func replaceTLS(_ context: TLSContext) {
        tls = context
    }

    /// Gives a user another password, makes a user, or with nil takes one away; open sessions go on until their end.
    package func setPassword(_ password: Secret?, of user: String) throws(SASLError) {
        try sasl?.setPassword(password, of: user)
    }

    /// Offers these mechanisms to those who authenticate from now on.
    package func setMechanisms(_ mechanisms: Set<SASLMechanism>) {
        sasl?.mechanisms = mechanisms
    }

    /// Lets sessions that begin from now on last so many milliseconds (`connections.max.reauth.ms`); 0 for always.
    package func setMaximumSession(ms milliseconds: Int64) {
        sasl?.maximumSessionMs = milliseconds
    }

    /// Lets the sessions of all connections be over now, as if `connections.max.reauth.ms` had passed.
    package func expireSessions() {
        for connection in openConnections { connection.authentication.endSession() }
    }
}
