using Muster.Bench;
using Muster.Bench.Calibration;

return args is ["calibrate", .. var calibration]
    ? await CalibrationServer.RunAsync(calibration)
    : BenchCommand.Run(args);
