import KafkaProtocol

/// Lists the ACLs that a filter covers, by resource.
enum DescribeAclsHandler: RequestHandler {
    typealias Request = DescribeAclsRequest

    static func answer(
        _ request: DescribeAclsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> DescribeAclsResponse {
        guard broker.isAllowed(.describe, .cluster, context) else {
            return refusal(request, .clusterAuthorizationFailed)
        }
        guard broker.authorizer.isEnabled else {
            return refused(.securityDisabled, "No Authorizer is configured on the broker")
        }
        let filter = StoredAclFilter(
            kind: request.resourceTypeFilter, name: request.resourceNameFilter, pattern: request.patternTypeFilter,
            principal: request.principalFilter, host: request.hostFilter, operation: request.operation,
            permission: request.permissionType)
        guard let filter else { return refusal(request, .invalidRequest) }
        var response = DescribeAclsResponse { $0.errorMessage = nil }
        for acl in broker.authorizer.matching(filter) {
            let isSame =
                response.resources.last.map {
                    $0.resourceType == acl.kind.rawValue && $0.resourceName == acl.name
                        && $0.patternType == acl.pattern.rawValue
                } ?? false
            if !isSame {
                response.resources.append(
                    DescribeAclsResponse.DescribeAclsResource {
                        $0.resourceType = acl.kind.rawValue
                        $0.resourceName = acl.name
                        $0.patternType = acl.pattern.rawValue
                    })
            }
            response.resources[response.resources.count - 1].acls.append(
                DescribeAclsResponse.AclDescription {
                    $0.principal = acl.principal
                    $0.host = acl.host
                    $0.operation = acl.operation.rawValue
                    $0.permissionType = acl.isAllowing ? StoredAcl.allow : StoredAcl.deny
                })
        }
        return response
    }

    static func refusal(_ request: DescribeAclsRequest, _ code: ErrorCode) -> DescribeAclsResponse {
        refused(code, code.meaning)
    }

    private static func refused(_ code: ErrorCode, _ message: String) -> DescribeAclsResponse {
        DescribeAclsResponse {
            $0.errorCode = code.rawValue
            $0.errorMessage = message
        }
    }
}
