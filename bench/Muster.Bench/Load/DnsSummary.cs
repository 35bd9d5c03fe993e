namespace Muster.Bench.Load;

/// <summary>The counts in a DNS answer's header, and its size.</summary>
internal readonly record struct DnsSummary(int ResponseCode, int Answers, int Additional, int Length);
