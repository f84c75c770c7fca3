"""The laws of the engine around a flow: what is read before any, buttons, persons, patience, what is kept."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import patch

import pytest
from babel.messages.pofile import read_po

import flows.locale
from flows import duty
from flows.desk import Desk
from flows.house import FLOWS
from flows.message import Heard, Option
from flows.state import Answer, Open, Run, State
from flows.talk import FlowBug, Question, Talk
from flows.turn import LARGEST_STATE, LONGEST_TALK, MOST_PHOTOS
from flows.understanding.commands import carrier_word
from tests.paper import Paper, PaperLedger
from tests.stage import Phone, stage
from tests.test_engine import number, words

