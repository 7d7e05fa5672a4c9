from ringback.twiml.messaging_response import *
