namespace Muster.Client.Directory;

/// <summary>Reasons as metrics and messages name them.</summary>
internal static class RejectReasons
{
    public static string ToTag(this RejectReason reason) => reason switch
    {
        RejectReason.NotJson => "not_json",
        RejectReason.WrongShape => "wrong_shape",
        RejectReason.AbsurdValue => "absurd_value",
        RejectReason.WrongService => "wrong_service",
        RejectReason.DuplicateInstance => "duplicate_instance",
        RejectReason.IndexBackwards => "index_backwards",
        RejectReason.TooLarge => "too_large",
        RejectReason.TooMany => "too_many",
        RejectReason.WrongContentType => "wrong_content_type",
        RejectReason.WrongEncoding => "wrong_encoding",
        RejectReason.ErrorStatus => "error_status",
        RejectReason.OutOfOrder => "out_of_order",
        _ => "none",
    };
}
