"""One file a command, and what they share: options, what is read, what is written, how they end."""

from duibiao.criteria import language

language.use()  # a command's help is made when its file is read: in the language of the terminal
