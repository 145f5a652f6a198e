import Credentials

extension ClusterSecurity {
    /// As whom brokers know Lockstep, such as `User:mirror`; nil when the manifest does not tell.
    ///
    /// It does not when the name is behind a reference or in a certificate; and brokers may be set to see somebody else
    /// (`principal.builder.class`). So it helps to recognise Lockstep's ACLs, and decides nothing alone.
    package var principal: String? {
        switch authentication {
        case .plain(let username, _), .scram(_, let username, _):
            let name = username.reveal()
            return name.contains("${") ? nil : "User:\(name)"
        case .token(.unsecured(let token)): return token.texts["sub"].map { "User:\($0)" }
        case .token, .referenced, nil: return nil
        }
    }
}
