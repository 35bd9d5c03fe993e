namespace Muster.Protocols.Consul.Agent;

/// <summary>A file system's room.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="Type">Its type, such as <c>ext2/ext3</c>.</param>
/// <param name="Total">Its size in bytes.</param>
/// <param name="Free">What is free, in bytes.</param>
/// <param name="Used">What is used, in bytes.</param>
/// <param name="Inodes">How many files it can hold, 0 when unknown.</param>
/// <param name="InodesFree">How many more.</param>
public sealed record HostDisk(string Path, string Type, long Total, long Free, long Used, long Inodes, long InodesFree);
