namespace Muster.Protocols.Dns.Answers;

/// <summary>How many records an answer about a service may have, whatever there is room for.</summary>
/// <param name="Addresses">Most A and AAAA records: a choice, so leaving out more is no truncation (<c>a_record_limit</c>).</param>
/// <param name="Records">Most answer records of any type: what is left out is missing (<c>udp_answer_limit</c>).</param>
internal readonly record struct AnswerLimits(int Addresses, int Records);
