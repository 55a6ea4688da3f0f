"""What the parser makes of damaged and cut-off answers, beside other parsers, and in what time: `make eval-parsing`."""
