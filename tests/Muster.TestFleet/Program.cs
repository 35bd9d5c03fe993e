System.Console.WriteLine("no role");
