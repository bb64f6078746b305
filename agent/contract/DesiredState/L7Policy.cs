// L7 policies and rules.
namespace Amphora.Contract.DesiredState;

/// <summary>What happens to requests that match all rules.</summary>
public sealed record L7Policy
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people only.</summary>
    public string? Name { get; init; }

    /// <summary>False: not written.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Provisioning status.</summary>
    public ProvisioningStatus ProvisioningStatus { get; init; } = ProvisioningStatus.Active;

    /// <summary>1…2147483647, unique within the listener (V9).</summary>
    public required int Position { get; init; }

    /// <summary>What is done.</summary>
    public required L7PolicyAction Action { get; init; }

    /// <summary>Target of REDIRECT_TO_POOL.</summary>
    public Guid? RedirectPoolId { get; init; }

    /// <summary>Target of REDIRECT_TO_URL.</summary>
    public string? RedirectUrl { get; init; }

    /// <summary>Target of REDIRECT_PREFIX.</summary>
    public string? RedirectPrefix { get; init; }

    /// <summary>301, 302, 303, 307 or 308; null means 302.</summary>
    public int? RedirectHttpCode { get; init; }

    /// <summary>All must match; at most 50.</summary>
    public ValueList<L7Rule> Rules { get; init; }
}

/// <summary>What a policy does.</summary>
public enum L7PolicyAction
{
    /// <summary>REJECT: answer 403.</summary>
    Reject,

    /// <summary>REDIRECT_TO_URL.</summary>
    RedirectToUrl,

    /// <summary>REDIRECT_TO_POOL.</summary>
    RedirectToPool,

    /// <summary>REDIRECT_PREFIX.</summary>
    RedirectPrefix,
}

/// <summary>One test of a request.</summary>
public sealed record L7Rule
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is looked at.</summary>
    public required L7RuleType Type { get; init; }

    /// <summary>How it is compared.</summary>
    public required L7RuleCompareType CompareType { get; init; }

    /// <summary>Name of the header, cookie or DN field.</summary>
    public string? Key { get; init; }

    /// <summary>What it is compared with.</summary>
    public required string Value { get; init; }

    /// <summary>True: matches when the comparison does not.</summary>
    public bool Invert { get; init; }

    /// <summary>False: left out.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Provisioning status.</summary>
    public ProvisioningStatus ProvisioningStatus { get; init; } = ProvisioningStatus.Active;
}

/// <summary>What a rule looks at.</summary>
public enum L7RuleType
{
    /// <summary>HOST_NAME.</summary>
    HostName,

    /// <summary>PATH.</summary>
    Path,

    /// <summary>FILE_TYPE.</summary>
    FileType,

    /// <summary>HEADER.</summary>
    Header,

    /// <summary>COOKIE.</summary>
    Cookie,

    /// <summary>SSL_CONN_HAS_CERT.</summary>
    SslConnHasCert,

    /// <summary>SSL_VERIFY_RESULT.</summary>
    SslVerifyResult,

    /// <summary>SSL_DN_FIELD.</summary>
    SslDnField,
}

/// <summary>How a rule compares.</summary>
public enum L7RuleCompareType
{
    /// <summary>REGEX.</summary>
    Regex,

    /// <summary>STARTS_WITH.</summary>
    StartsWith,

    /// <summary>ENDS_WITH.</summary>
    EndsWith,

    /// <summary>CONTAINS.</summary>
    Contains,

    /// <summary>EQUAL_TO.</summary>
    EqualTo,
}
