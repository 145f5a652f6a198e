import KafkaProtocol

/// Deletes the ACLs that filters cover, and tells which.
enum DeleteAclsHandler: RequestHandler {
    typealias Request = DeleteAclsRequest

    static func answer(
        _ request: DeleteAclsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> DeleteAclsResponse {
        guard broker.isAllowed(.alter, .cluster, context) else {
            return refusal(request, .clusterAuthorizationFailed)
        }
        guard broker.authorizer.isEnabled else {
            return refused(request, AdminRefusal(.securityDisabled, "No Authorizer is configured."))
        }
        return DeleteAclsResponse {
            $0.filterResults = request.filters.map { filter in
                guard let wanted = stored(filter) else { return result(AdminRefusal(.invalidRequest)) }
                var result = result(AdminRefusal(.noError))
                result.matchingAcls = broker.authorizer.remove(wanted).map(described)
                return result
            }
        }
    }

    static func refusal(_ request: DeleteAclsRequest, _ code: ErrorCode) -> DeleteAclsResponse {
        refused(request, AdminRefusal(code, code.meaning))
    }

    private static func refused(_ request: DeleteAclsRequest, _ refusal: AdminRefusal) -> DeleteAclsResponse {
        DeleteAclsResponse { $0.filterResults = request.filters.map { _ in result(refusal) } }
    }

    private static func stored(_ filter: DeleteAclsRequest.DeleteAclsFilter) -> StoredAclFilter? {
        StoredAclFilter(
            kind: filter.resourceTypeFilter, name: filter.resourceNameFilter, pattern: filter.patternTypeFilter,
            principal: filter.principalFilter, host: filter.hostFilter, operation: filter.operation,
            permission: filter.permissionType)
    }

    private static func result(_ refusal: AdminRefusal) -> DeleteAclsResponse.DeleteAclsFilterResult {
        DeleteAclsResponse.DeleteAclsFilterResult {
            $0.errorCode = refusal.code.rawValue
            $0.errorMessage = refusal.message
        }
    }

    private static func described(_ acl: StoredAcl) -> DeleteAclsResponse.DeleteAclsMatchingAcl {
        DeleteAclsResponse.DeleteAclsMatchingAcl {
            $0.errorMessage = nil
            $0.resourceType = acl.kind.rawValue
            $0.resourceName = acl.name
            $0.patternType = acl.pattern.rawValue
            $0.principal = acl.principal
            $0.host = acl.host
            $0.operation = acl.operation.rawValue
            $0.permissionType = acl.isAllowing ? StoredAcl.allow : StoredAcl.deny
        }
    }
}
