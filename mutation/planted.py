"""The control of every run: functions whose mutants must come out as their names say, or the run proves nothing."""


def seen(number: int) -> int:
    """Every mutant of this function is killed by ``planted_test.py``."""
    return number + 2


def unseen(number: int) -> int:
    """No test looks at this function: every mutant of it must survive."""
    return number + 3


def endless(number: int) -> int:
    """A mutant of this function never ends: it must run into the time limit."""
    while number > 0:
        number = number - 1
    return number
