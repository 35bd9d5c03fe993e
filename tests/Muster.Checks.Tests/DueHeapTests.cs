using FsCheck;
using FsCheck.Fluent;
using Muster.Checks.Scheduling;

namespace Muster.Checks.Tests;

public sealed class DueHeapTests
{
    [Fact]
    public void AddAndRemove_AnyOrder_FirstIsAlwaysTheEarliest()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), steps =>
        {
            DueHeap heap = new();
            List<ProbeSlot> model = [];
            foreach (int step in steps)
            {
                if (step % 3 == 0 && model.Count > 0)
                {
                    ProbeSlot victim = model[Math.Abs(step / 3) % model.Count];
                    model.Remove(victim);
                    heap.Remove(victim);
                    Assert.Equal(-1, victim.HeapIndex);
                }
                else
                {
                    ProbeSlot slot = new(new CheckKey("node", "check"), Definitions.Http(), ProbeContext.Default)
                    {
                        Due = TimeSpan.FromSeconds(step),
                    };
                    model.Add(slot);
                    heap.Add(slot);
                }

                Assert.Equal(model.Count, heap.Count);
                Assert.Equal(model.Count == 0 ? null : model.Min(slot => slot.Due), heap.First?.Due);
            }
        }).QuickCheckThrowOnFailure();
    }
}
