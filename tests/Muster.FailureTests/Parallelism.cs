// The processes of one test need both cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
