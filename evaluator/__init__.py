"""How it is judged: functions from a catalogue and a submission to findings, scores and gaps."""
