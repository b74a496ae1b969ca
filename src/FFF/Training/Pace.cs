namespace FFF.Training;

/// <summary>
/// How long a step takes of late: in the second half of the steps since training started or resumed. So what the first steps took, or other work did to the
/// machine, does not stay in the time left, and a stop of an hour is shared by many steps.
/// </summary>
/// <param name="start">Steps done when the clock starts.</param>
internal sealed class Pace(long start)
{
    private const int MarksPerHalf = 500;

    private readonly Queue<(long Step, TimeSpan Time)> _marks = new();
    private (long Step, TimeSpan Time) _since = (start, TimeSpan.Zero);
    private long _nextMark;

    /// <summary>The time of a step, validations included.</summary>
    /// <param name="step">Steps done: more each time.</param>
    /// <param name="time">Since training started or resumed.</param>
    public TimeSpan PerStep(long step, TimeSpan time)
    {
        var half = (step - start + 1) / 2;
        while (_marks.TryPeek(out var mark) && mark.Step <= step - half)
        {
            _since = _marks.Dequeue();
        }

        if (step >= _nextMark)
        {
            _marks.Enqueue((step, time));
            _nextMark = step + 1 + (half / MarksPerHalf);
        }

        return (time - _since.Time) / (step - _since.Step);
    }
}
