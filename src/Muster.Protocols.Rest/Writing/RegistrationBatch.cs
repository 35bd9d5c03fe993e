using System.Text.Json;

namespace Muster.Protocols.Rest.Writing;

/// <summary>Many registrations in one request, each found valid or not by itself.</summary>
internal sealed class RegistrationBatch
{
    private const int Most = 1000;

    /// <summary>The registrations in the order sent.</summary>
    public List<Item> Items { get; } = [];

    public static RegistrationBatch Read(JsonFields fields)
    {
        var batch = new RegistrationBatch();
        if (!fields.Has("instances"))
        {
            fields.Refuse("instances", "is required: a list of registrations");
        }

        foreach (JsonElement element in fields.Items("instances", Most, "a list of registrations"))
        {
            batch.Items.Add(ReadItem(element));
        }

        fields.RefuseOthers();
        return batch;
    }

    private static Item ReadItem(JsonElement element)
    {
        var errors = new FieldErrors();
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add("body", "must be a JSON object");
            return new Item("", null, errors);
        }

        try
        {
            Registration registration = RegistrationReader.Read(new JsonFields(element, "", errors));
            return new Item(registration.Instance.Id, errors.Any ? null : registration, errors);
        }
        catch (InvalidOperationException)
        {
            errors.Add("body", "contains a text that is not Unicode");
            return new Item("", null, errors);
        }
    }

    /// <param name="Id">The id as far as it could be read.</param>
    /// <param name="Registration">The registration, null when something is wrong.</param>
    /// <param name="Errors">What is wrong.</param>
    internal readonly record struct Item(string Id, Registration? Registration, FieldErrors Errors);
}
