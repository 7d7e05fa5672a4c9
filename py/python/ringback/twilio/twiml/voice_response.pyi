from ringback.twiml.voice_response import *
