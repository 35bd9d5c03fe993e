namespace Muster.Client.Http;

/// <summary>Which schemes a request's URI allows, the preferred one first.</summary>
internal enum SchemePreference
{
    /// <summary><c>http://</c></summary>
    Http,

    /// <summary><c>https://</c></summary>
    Https,

    /// <summary><c>https+http://</c>: https where the instance offers it.</summary>
    HttpsThenHttp,

    /// <summary><c>http+https://</c>: http where the instance offers it.</summary>
    HttpThenHttps,
}
