import KafkaProtocol

/// Creates ACLs, each on its own: one that is wrong does not hold the others up.
enum CreateAclsHandler: RequestHandler {
    typealias Request = CreateAclsRequest

    static func answer(
        _ request: CreateAclsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> CreateAclsResponse {
        guard broker.isAllowed(.alter, .cluster, context) else {
            return refusal(request, .clusterAuthorizationFailed)
        }
        guard broker.authorizer.isEnabled else {
            return response(request) { _ in AdminRefusal(.securityDisabled, "No Authorizer is configured.") }
        }
        return response(request) { creation in
            do throws(AdminRefusal) {
                broker.authorizer.add(try acl(creation))
                return AdminRefusal(.noError, "")
            } catch {
                return error
            }
        }
    }

    static func refusal(_ request: CreateAclsRequest, _ code: ErrorCode) -> CreateAclsResponse {
        response(request) { _ in AdminRefusal(code, code.meaning) }
    }

    private static func acl(_ creation: CreateAclsRequest.AclCreation) throws(AdminRefusal) -> StoredAcl {
        guard let kind = GuardedResource.Kind(rawValue: creation.resourceType),
            let pattern = StoredAcl.Pattern(rawValue: creation.resourcePatternType),
            let operation = GuardedOperation(rawValue: creation.operation),
            creation.permissionType == StoredAcl.allow || creation.permissionType == StoredAcl.deny
        else { throw AdminRefusal(.invalidRequest, "Invalid resourceType, patternType, operation or permissionType") }
        if kind == .cluster, creation.resourceName != GuardedResource.cluster.name {
            throw AdminRefusal(
                .invalidRequest, "The only valid name for the CLUSTER resource is \(GuardedResource.cluster.name)")
        }
        guard !creation.resourceName.isEmpty else {
            throw AdminRefusal(.invalidRequest, "Invalid empty resource name")
        }
        return StoredAcl(
            kind: kind, name: creation.resourceName, pattern: pattern, principal: creation.principal,
            host: creation.host, operation: operation, isAllowing: creation.permissionType == StoredAcl.allow)
    }

    private static func response(
        _ request: CreateAclsRequest, _ outcome: (CreateAclsRequest.AclCreation) -> AdminRefusal
    ) -> CreateAclsResponse {
        CreateAclsResponse {
            $0.results = request.creations.map { creation in
                let outcome = outcome(creation)
                return CreateAclsResponse.AclCreationResult {
                    $0.errorCode = outcome.code.rawValue
                    $0.errorMessage = outcome.message
                }
            }
        }
    }
}
