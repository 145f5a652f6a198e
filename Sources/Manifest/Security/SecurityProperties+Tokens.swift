import Credentials
import KafkaModel

extension SecurityProperties {
    private static let handlerPackage = "org.apache.kafka.common.security.oauthbearer."
    /// Login callbacks that ask an endpoint, in the places where Kafka had them.
    private static let endpointHandlers: Set<String> = [
        handlerPackage + "OAuthBearerLoginCallbackHandler", handlerPackage + "secured.OAuthBearerLoginCallbackHandler",
    ]
    /// Login callbacks that make tokens without signature.
    private static let unsecuredHandlers: Set<String> = [
        handlerPackage + "internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler"
    ]
    /// Ways to a token (KIP-1139) that are one of ours, and whether their address is a file's; nil for either.
    private static let retrievers: [String: Bool?] = [
        handlerPackage + "DefaultJwtRetriever": nil, handlerPackage + "ClientCredentialsJwtRetriever": false,
        handlerPackage + "FileJwtRetriever": true,
    ]
    private static let handlerKey = "sasl.login.callback.handler.class"
    private static let retrieverKey = "sasl.oauthbearer.jwt.retriever.class"
    private static let urlKey = "sasl.oauthbearer.token.endpoint.url"

    /// Refuses login callbacks of somebody else's, which could do anything, whatever the mechanism.
    mutating func checkLoginHandler() {
        guard let handler = values[Self.handlerKey], !Self.endpointHandlers.contains(handler),
            !Self.unsecuredHandlers.contains(handler)
        else { return }
        report(
            Self.handlerKey, "property \"\(Self.handlerKey)\" names a class that is not Kafka's own",
            "it cannot be run here")
    }

    /// Warns of properties about tokens that are not looked at, for the reason given.
    mutating func warnTokenProperties(_ reason: String, except used: [String] = []) {
        let keys = values.keys.filter { key in
            let isOfToken = key.hasPrefix("sasl.oauthbearer.") || key == Self.handlerKey
            return isOfToken && ConfigTable.clientProperties.isUsed(key) && !used.contains(key)
        }
        for key in keys.sorted() { warn(key, "property \"\(key)\" has no effect: \(reason)") }
    }

    mutating func readToken(_ jaas: JAASConfig, isEncrypted: Bool) -> TokenSource? {
        let url = values[Self.urlKey]
        guard checkRetriever(url) else { return nil }
        if jaas.options.keys.contains(where: { $0.lowercased().contains("extension_") }) {
            report("sasl.jaas.config", "SASL extensions are not available: JAAS options with \"extension_\"")
            return nil
        }
        let handler = values[Self.handlerKey]
        if let url, handler.map(Self.unsecuredHandlers.contains) != true {
            return readEndpoint(url, jaas, isEncrypted: isEncrypted)
        }
        if handler.map(Self.endpointHandlers.contains) == true {
            report(Self.handlerKey, "\"\(Self.urlKey)\" is missing; tokens come from there")
            return nil
        }
        warnTokenProperties("tokens are made without signature", except: [Self.handlerKey])
        return readUnsecured(jaas)
    }

    private mutating func checkRetriever(_ url: String?) -> Bool {
        let key = Self.retrieverKey
        guard let retriever = values[key] else { return true }
        guard let form = Self.retrievers[retriever] else {
            report(
                key, "property \"\(key)\" names a way to a token that is not available",
                "there are client credentials and a token in a file")
            return false
        }
        guard let isFile = form, let url, url.hasPrefix("file:") != isFile else { return true }
        report(
            key,
            "property \"\(key)\" asks for \(isFile ? "a token in a file" : "client credentials"), "
                + "but \(Self.urlKey) is \(isFile ? "no file" : "a file")",
            "remove it: the address says which of both it is")
        return false
    }

    private mutating func readEndpoint(_ url: String, _ jaas: JAASConfig, isEncrypted: Bool) -> TokenSource? {
        let key = Self.urlKey
        if !isEncrypted, !allowsPlaintext {
            report(
                "sasl.mechanism", "security.protocol is SASL_PLAINTEXT: the token would travel unencrypted",
                "write security.protocol SASL_SSL, or say yes to it with \(Self.allowPlaintext) true")
        }
        if url.hasPrefix("file:") {
            let path = url.dropFirst(5)
            warnOptions(jaas) { _ in false }
            warnTokenProperties("the token is in a file", except: [key, Self.retrieverKey, Self.handlerKey])
            return .file(String(path.hasPrefix("//") ? path.dropFirst(2) : path))
        }
        if let problem = TokenEndpointAddress.problem(url, allowsPlaintext: allowsPlaintext) {
            report(key, "property \"\(key)\" \(problem.summary)", problem.hint)
            return nil
        }
        let option = jaas.options
        let credentials = "sasl.oauthbearer.client.credentials."
        let clientId = values["\(credentials)client.id"] ?? option["clientId"]
        let clientSecret = values["\(credentials)client.secret"] ?? option["clientSecret"]
        guard let clientId, let clientSecret else {
            report(
                "sasl.jaas.config", "a token endpoint needs clientId and clientSecret",
                JAASModule.example("OAUTHBEARER"))
            return nil
        }
        var endpoint = TokenEndpoint(url: url, clientId: Secret(clientId), clientSecret: Secret(clientSecret))
        endpoint.scope = values["sasl.oauthbearer.scope"] ?? option["scope"]
        endpoint.encodesCredentials = values["sasl.oauthbearer.header.urlencode"]?.lowercased() == "true"
        endpoint.trust = readTrust("ssl.truststore", from: option, at: "sasl.jaas.config")
        let used = JAASConfig.trustOptions.union(["clientId", "clientSecret", "scope"])
        warnOptions(jaas, except: used.contains)
        return .endpoint(endpoint)
    }

    /// A token without signature, as Kafka's default login callback makes it.
    private mutating func readUnsecured(_ jaas: JAASConfig) -> TokenSource? {
        var token = UnsecuredToken(texts: [:])
        for (option, value) in jaas.options.sorted(by: { $0.key < $1.key }) {
            if let claim = Self.suffix(of: option, behind: "unsecuredLoginStringClaim_") {
                token.texts[claim] = value
            } else if let claim = Self.suffix(of: option, behind: "unsecuredLoginNumberClaim_") {
                guard let number = Double(value), number.isFinite else {
                    report("sasl.jaas.config", "JAAS option \"\(option)\" must be a number")
                    continue
                }
                token.numbers[claim] = Int64(value).map(String.init) ?? "\(number)"
            } else if let claim = Self.suffix(of: option, behind: "unsecuredLoginListClaim_") {
                // The first character of the value separates its elements.
                let elements = value.dropFirst().split(separator: value.first ?? ",", omittingEmptySubsequences: false)
                token.lists[claim] = elements.map(String.init)
            } else if option == "unsecuredLoginLifetimeSeconds" {
                guard let seconds = Int64(value), seconds > 0 else {
                    report("sasl.jaas.config", "JAAS option \"\(option)\" must be a whole number of at least 1")
                    continue
                }
                token.lifetimeSeconds = seconds
            } else if !["unsecuredLoginPrincipalClaimName", "unsecuredLoginScopeClaimName"].contains(option) {
                warn("sasl.jaas.config", "JAAS option \"\(JAASConfig.shown(option))\" has no effect")
            }
        }
        let principal = jaas.options["unsecuredLoginPrincipalClaimName"] ?? "sub"
        guard token.texts[principal] != nil else {
            report(
                "sasl.jaas.config", "OAUTHBEARER needs to know where the token comes from",
                "set sasl.oauthbearer.token.endpoint.url; for a test listener that takes tokens without signature, "
                    + "the JAAS option unsecuredLoginStringClaim_\(principal)")
            return nil
        }
        return .unsecured(token)
    }

    private static func suffix(of option: String, behind prefix: String) -> String? {
        option.hasPrefix(prefix) && option.count > prefix.count ? String(option.dropFirst(prefix.count)) : nil
    }
}

extension TokenEndpointAddress {
    /// What is wrong with an address; nil when it can be asked.
    static func problem(_ url: String, allowsPlaintext: Bool) -> (summary: String, hint: String?)? {
        guard !url.contains("${") else { return ("takes no reference", "write the address") }
        do throws(Fault) {
            let address = try TokenEndpointAddress(url)
            guard address.isSecure || allowsPlaintext else {
                return ("would send the client's secret unencrypted", "use https://")
            }
            return nil
        } catch {
            return switch error {
            case .scheme: ("must be an address that begins with https://", nil)
            case .host: ("names no host", "for example https://login.example.net/oauth2/token")
            case .port: ("has a port that is no number from 1 to 65535", nil)
            case .userInfo: ("holds a user name or a password", "use clientId and clientSecret")
            }
        }
    }
}
